"""The doctor's checks, a module for each part of the service; each returns a line or more, all good ones too."""
