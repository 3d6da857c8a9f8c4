"""The app in a browser: a server on this machine that runs one app, in its own process, for each open page.

`guard` decides who may come in, `places` which state file a session has, `session` owns a session's process,
`server` answers requests, and `command` is its life on the command line; `child` and `driver` are what runs
in the process. `docs/serve.md` says in plain words what is kept out and how. Needs the extra `serve`.
"""
