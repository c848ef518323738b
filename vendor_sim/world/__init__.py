"""Everything together: three services, the wires between them, and somebody to turn the crank."""
