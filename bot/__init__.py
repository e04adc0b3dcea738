"""The core: values in, values out. No Slack, Teams, web, database, network or clock; files are read at start only."""
