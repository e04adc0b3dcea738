"""The terminal: ``lines`` answers JSON lines, ``chat`` holds a conversation, ``render`` draws messages."""
