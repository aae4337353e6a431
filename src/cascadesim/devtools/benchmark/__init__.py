"""What `cascadesim bench` measures: speed, memory and compile time of the engines, beside other queues."""
