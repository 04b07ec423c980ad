package pool

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"
	"unsafe"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/federation"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/grants"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/keys"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/settings"
	"github.com/seed75762126/cognito-go/internal/srp"
)

// TestSnapshotHasEveryField fills each field of an account, a grant and an app
// client with something and sends it through a snapshot. So a field added later
// is not forgotten.
func TestSnapshotHasEveryField(t *testing.T) {
	idp := federation.Provider{Type: federation.OIDC, Name: "corp"}
	p := New(Options{Policy: credential.DefaultPolicy(), Names: settings.Names{Prefix: DefaultPrefix}, Rules: settings.Rules{Idps: []*federation.Provider{&idp}}})
	at := time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)

	var a directory.Account
	fill(t, reflect.ValueOf(&a).Elem(), at)
	a.Pending = directory.StatusResetRequired
	a.Identities[0].Provider = p.Provider("corp")
	a.Password.SRP = &credential.SRPSecret{Verifier: srp.Verifier{Salt: []byte{7}, Value: []byte{7}}}
	whole := a.Save()
	whole.SRP = p.saveSRP(a.Username, a.Password.SRP)
	saved := throughJSON(t, whole)
	restored, err := directory.ReadUser(saved, p.Provider)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(*restored, a) {
		t.Errorf("account = %+v, want %+v", *restored, a)
	}

	var g grants.Grant
	fill(t, reflect.ValueOf(&g).Elem(), at)
	g.Client = p.Clients.First()
	store, err := grants.ReadSaved([]grants.Saved{withToken(throughJSON(t, *g.Save()))}, p.Clients.All())
	if err != nil {
		t.Fatal(err)
	}
	if got := store.Refresh["x"].Grant; !reflect.DeepEqual(*got, g) {
		t.Errorf("grant = %+v, want %+v", *got, g)
	}
}

func withToken(g grants.Saved) grants.Saved {
	g.Refresh["x"] = time.Time{}
	return g
}

func throughJSON[T any](t *testing.T, v T) (back T) {
	t.Helper()
	if err := json.Unmarshal(keys.MustJSON(v), &back); err != nil {
		t.Fatal(err)
	}
	return back
}

// fill sets every field, unexported ones too, to something that is not zero.
func fill(t *testing.T, v reflect.Value, at time.Time) {
	t.Helper()
	if v.Type() == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(at))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Field(i)
			fill(t, reflect.NewAt(f.Type(), unsafe.Pointer(f.UnsafeAddr())).Elem(), at)
		}
	case reflect.String:
		v.SetString("x")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	case reflect.Uint8, reflect.Uint32:
		v.SetUint(7)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(t, v.Index(0), at)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		value := reflect.New(v.Type().Elem()).Elem()
		fill(t, value, at)
		v.SetMapIndex(reflect.ValueOf("x"), value)
	case reflect.Pointer: // the caller sets those
	default:
		t.Fatalf("fill: a %v", v.Type())
	}
}
