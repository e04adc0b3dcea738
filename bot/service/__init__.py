"""The use cases, async, over the ports: every platform calls only these, and gets blocks to draw.

``asking``: ask, choose, feedback. ``checking``: review a draft. ``casework``: what askers and comms do with cases, and
what is drawn for them. ``teaching``: from a person's answer to an entry that the bot knows. ``mind``: what the bot
knows right now, replaced whole when it learns. ``desk`` holds the parts that all of them use.
"""
