"""The web page: both roles side by side, for trying everything without any account.

A person on the left asks and checks drafts, a person on the right works with cases. Every page is drawn on the server
from the store; forms work without JavaScript, and with it the panes change in place when the store does.

    app.py        the routes, joined; errors as pages
    guard.py      who may talk to it at all: host, origin, size, and the security headers
    visitor.py    who a browser is: a signed cookie
    place.py      where on the page someone is: tab, open case, filters, all in the address
    panes.py      what each pane shows, from the use cases
    staff.py      what the left does · comms.py: what the right does
    marks.py      findings as marks in the draft, overlapping ones too
    drawing.py    blocks → templates/
    live.py       server-sent events: "something changed, look again"
    messenger.py  the way to people: the page itself
"""

from adapters.web.app import make_app
from adapters.web.insights import make_insights
from adapters.web.live import Live
from adapters.web.messenger import WebMessenger, comms_address

__all__ = ["Live", "WebMessenger", "comms_address", "make_app", "make_insights"]
