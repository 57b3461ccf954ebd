"""The rehearsal room: a stand-in Slack and a stand-in AlloMia, for tests and newcomers."""
