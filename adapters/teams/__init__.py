"""Microsoft Teams: the same colleague in chats, channels, dialogs and the compose box.

joining.py     all of it joined: the ways out, then the way in
serving.py     the route that Teams sends to; adapter.py the thin hardened adapter over botbuilder-core
trust.py       who calls: their token; keys.py its keys, activities.py the shape of what they send
connector.py   the way back: one client, its back-off; tokens.py its token, failures.py what Teams' errors mean
kept.py        what is fetched from outside and kept ahead of need; hosts.py which hosts are spoken to
translate.py   activities → who sent what, and from where
app.py         each activity to whoever handles it; replying.py what Teams is answered with where it waits
messages.py, asking.py, drafts.py, presses.py, dialogs.py, extension.py   what is done with what people send
render.py      messages → Adaptive Cards 1.5; kit.py their parts, text.py their texts, forms.py dialogs
messenger.py   the way to people for durable delivery; references.py where they are reached
doctor.py      what is wrong with the set-up, each with its remedy
"""
