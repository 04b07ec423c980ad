//go:build unix

package pgstore_test

import (
	"testing"

	"github.com/seed75762126/cognito-go/internal/checks/servers"
)

func TestMain(m *testing.M) { servers.Main(m) }
