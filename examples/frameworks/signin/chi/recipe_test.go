package recipe_test

import (
	"testing"

	"github.com/seed75762126/cognito-go/examples/frameworks/internal/trial"
	recipe "github.com/seed75762126/cognito-go/examples/frameworks/signin/chi"
)

func TestSignIn(t *testing.T) { trial.SignIn(t, false, recipe.Routes) }
