"""A trial of the public pages: machines and people of many kinds open the links of mails, and their votes are counted."""
