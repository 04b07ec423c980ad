package oauth

import (
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/fault"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/flows"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
)

// spoilUserInfo is what userInfo answers with the fault of the request.
func (c *Handler) spoilUserInfo(info map[string]string) any {
	switch c.Event.Fault {
	case fault.WrongSub:
		info["sub"] = random.UUID()
	case fault.Booleans:
		typed := make(map[string]any)
		for name, value := range info {
			typed[name] = value
			if strings.HasSuffix(name, "_verified") {
				typed[name] = value == "true"
			}
		}
		return typed
	}
	return info
}

// echo is the state as it goes back to the app.
func (c *Handler) echo(state string) string {
	f, ok := c.Faults.Take(func(f fault.Fault) bool { return f.Kind == fault.State })
	if !ok {
		return state
	}
	c.Event.Fault = f.Kind
	return flows.DecodeOnce.Replace(state)
}
