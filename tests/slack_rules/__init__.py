"""Slack's own shapes, to judge what the app and the stand-in Slack say to each other."""
