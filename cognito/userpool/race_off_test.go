//go:build !race

package userpool_test

const raceDetector = false
