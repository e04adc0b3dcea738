"""Microsoft Teams: the same colleague in chats, channels, dialogs and the compose box.

trust.py       who calls: tokens and keys, checked off the event loop
adapter.py     the thin hardened adapter over botbuilder-core; serving.py the route that Teams sends to
connector.py   the way back: one client, tokens, back-off; failures.py says what Teams' errors mean
translate.py   activities → who sent what, and from where
render.py      messages → Adaptive Cards 1.5; kit.py their parts, forms.py dialogs
messenger.py   the way to people for durable delivery; references.py where they are reached
members.py     who may act for comms
"""
