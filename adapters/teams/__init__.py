"""Microsoft Teams: the same colleague in chats, channels, dialogs and the compose box.

serving.py     the route that Teams sends to; adapter.py the thin hardened adapter over botbuilder-core
trust.py       who calls: their token; keys.py its keys, activities.py the shape of what they send
connector.py   the way back: one client, its back-off; tokens.py its token, failures.py what Teams' errors mean
kept.py        what is fetched from outside and kept ahead of need; hosts.py which hosts are spoken to
translate.py   activities → who sent what, and from where
render.py      messages → Adaptive Cards 1.5; kit.py their parts, forms.py dialogs
messenger.py   the way to people for durable delivery; references.py where they are reached
members.py     who may act for comms
"""
