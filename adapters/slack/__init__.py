"""Slack: the same colleague in a workspace's messages, channels, windows and Home.

translate.py   events and payloads → who sent what, and from where
render.py      messages → Block Kit; kit.py its parts, text.py escapes and cuts, forms.py windows, home.py App Home
messenger.py   the way to people for durable delivery; failures.py says what Slack's errors mean
clients.py     one HTTP session, one client a token, who the bot is in each workspace
members.py     who is in a channel; directory.py: names and direct messages
asking.py, drafts.py, casework.py   what is done with what people send
app.py         the Bolt app with its few listeners; serving.py HTTP and Socket Mode; installing.py OAuth
doctor.py      what is wrong with the set-up, each with its remedy
"""
