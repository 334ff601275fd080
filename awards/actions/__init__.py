"""What happens to campaigns, nominations, reviews, notices and awards."""
