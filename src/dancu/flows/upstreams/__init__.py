"""Who answers: a platform, whose records are judged here, or a gateway of ours, which has judged already."""
