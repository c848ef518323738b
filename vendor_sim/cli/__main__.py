"""``python -m vendor_sim.cli``, where no script was installed."""

from vendor_sim.cli.app import main

if __name__ == "__main__":
    main()
