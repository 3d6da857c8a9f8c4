"""`python -m microcrad`: the same as the `microcrad` command. The only arrow from here up to the screens."""

from tui.commands.main import main

if __name__ == "__main__":
    main()
