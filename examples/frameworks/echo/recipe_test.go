package recipe_test

import (
	"testing"

	recipe "github.com/seed75762126/cognito-go/examples/frameworks/echo"
	"github.com/seed75762126/cognito-go/examples/frameworks/internal/trial"
)

func TestRecipe(t *testing.T) {
	tr := trial.New(t)
	tr.Run(t, trial.Serve(recipe.Routes(tr.Verifier)))
}
