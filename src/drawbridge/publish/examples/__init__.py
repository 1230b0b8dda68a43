"""Example messages for every inbound type: good ones, and bad ones with the code that each is refused with."""
