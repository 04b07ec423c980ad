package suite

var byHand []Story
