package main

import (
	"bytes"
	"html/template"
	"image/png"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"
)

// qrSize is the width of a QR code in pixels.
const qrSize = 384

// qrCode draws text as a QR code. The text contains a secret: the image
// belongs in the page for its user, and nowhere else.
func qrCode(text string) (template.URL, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return "", err
	}
	scaled, err := barcode.Scale(code, qrSize, qrSize)
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	if err := png.Encode(&b, scaled); err != nil {
		return "", err
	}
	return dataURL(b.Bytes()), nil
}
