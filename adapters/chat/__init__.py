"""Every act that a person can do, once for all platforms; a platform decodes what came, draws a reply, and posts."""
