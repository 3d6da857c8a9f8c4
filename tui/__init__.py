"""The two faces of microcrad: the full-screen app and the plain commands. No arithmetic happens here."""
