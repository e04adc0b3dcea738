"""Talk about the talk: what people say that asks nothing of a handbook ("the second one", "a person, please").

A small closed set of acts, each with the phrases that mean it (``phrases.yaml``); no learning and no guessing. What is
none of these is a question. Whether a yes, a no or a choice means anything is for whoever knows what was asked.
"""

from bot.talk.acts import (
    CheckThis,
    Meant,
    No,
    NoneOfThese,
    Person,
    Pick,
    Speak,
    Talk,
    WhoSees,
    Wrong,
    Yes,
)
from bot.talk.understanding import understand

__all__ = [
    "CheckThis",
    "Meant",
    "No",
    "NoneOfThese",
    "Person",
    "Pick",
    "Speak",
    "Talk",
    "WhoSees",
    "Wrong",
    "Yes",
    "understand",
]
