"""What is asked of many runs: study files, factors, designs, points."""
