package recipe_test

import (
	"testing"

	"github.com/seed75762126/cognito-go/examples/frameworks/internal/trial"
	recipe "github.com/seed75762126/cognito-go/examples/frameworks/signin/echo"
)

func TestSignIn(t *testing.T) { trial.SignIn(t, true, recipe.Routes) }
