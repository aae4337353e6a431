"""What a finished study says: its tables read, and the findings that its design is made for."""
