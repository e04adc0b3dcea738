"""Emergencies, judged before and apart from the entries, on every text that comes in.

Self-harm, threats, accidents, hacked accounts, leaked personal data, and the press with a deadline. For each of them
``knowledge/safety`` holds sentences that tell of one and sentences that only sound so, in four languages, and the cues
that they are made of. ``watch`` gives the detector that is trained on them.
"""

from bot.safety.detector import Alarm, Detector, Sighting
from bot.safety.watching import train_detector, use, watch

__all__ = ["Alarm", "Detector", "Sighting", "train_detector", "use", "watch"]
