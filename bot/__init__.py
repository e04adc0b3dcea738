"""The core: values in, values out. It knows no Slack, Teams, web, database, network or clock; files are read at start only."""
