"""`python -m cascadesim`."""

from cascadesim.cli import main

if __name__ == "__main__":
    main()
