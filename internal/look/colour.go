package look

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A colour has red, green and blue from 0 to 255.
type colour [3]uint8

var (
	black = colour{}
	white = colour{255, 255, 255}
)

// minContrast is what WCAG 2.2 wants between a control and what is around it
// (success criterion 1.4.11).
const minContrast = 3

func parseColour(s string) (colour, error) {
	digits, ok := strings.CutPrefix(s, "#")
	if len(digits) == 3 {
		digits = string([]byte{digits[0], digits[0], digits[1], digits[1], digits[2], digits[2]})
	}
	n, err := strconv.ParseUint(digits, 16, 32)
	if !ok || err != nil || len(digits) != 6 {
		return colour{}, errors.New("it is not a colour such as #1f5fbf")
	}
	return colour{uint8(n >> 16), uint8(n >> 8), uint8(n)}, nil
}

func (c colour) hex() string { return fmt.Sprintf("#%02x%02x%02x", c[0], c[1], c[2]) }

// luminance is WCAG's relative luminance, from 0 to 1.
func (c colour) luminance() float64 {
	linear := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c[0]) + 0.7152*linear(c[1]) + 0.0722*linear(c[2])
}

// contrast is WCAG's contrast ratio, from 1 to 21.
func (c colour) contrast(d colour) float64 {
	a, b := c.luminance(), d.luminance()
	return (max(a, b) + 0.05) / (min(a, b) + 0.05)
}

// textOn is the colour of text on c: its contrast is 4.5 at least, whatever c
// is.
func (c colour) textOn() colour {
	if c.contrast(white) >= c.contrast(black) {
		return white
	}
	return black
}

func (c colour) opposite() colour { return colour{255 - c[0], 255 - c[1], 255 - c[2]} }

// towards mixes percent of d into c.
func (c colour) towards(d colour, percent int) colour {
	var mixed colour
	for i := range c {
		mixed[i] = uint8((int(c[i])*(100-percent) + int(d[i])*percent) / 100)
	}
	return mixed
}

// seenOn is c, or the nearest mix with black or white that can be told from the
// ground.
func (c colour) seenOn(ground string) colour {
	g, err := parseColour(ground)
	if err != nil {
		return c
	}
	end := g.textOn()
	for percent := 0; percent < 100; percent += 5 {
		if mixed := c.towards(end, percent); mixed.contrast(g) >= minContrast {
			return mixed
		}
	}
	return end
}
