package recipe_test

import (
	"net/http"
	"testing"

	recipe "github.com/seed75762126/cognito-go/examples/frameworks/fiber"
	"github.com/seed75762126/cognito-go/examples/frameworks/internal/trial"
)

func TestRecipe(t *testing.T) {
	tr := trial.New(t)
	app := recipe.Routes(tr.Verifier)
	tr.Run(t, func(r *http.Request) (*http.Response, error) { return app.Test(r) })
}
