"""`python -m ndaudit`."""

from ndaudit.cli import main

if __name__ == "__main__":
    main()
