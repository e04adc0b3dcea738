"""What runs: the server and its parts, start and stop, training, and one file for each platform that joins."""
