//go:build unix

package main

import (
	"net/url"
	"testing"

	"github.com/seed75762126/cognito-go/internal/checks/servers"
)

// TestBrowser_PostgreSQL is the same on a PostgreSQL.
func TestBrowser_PostgreSQL(t *testing.T) {
	pg := servers.NewPostgres(t)
	walk(t, func(s *settings) { s.databaseURL = pg.URL })
}

// TestRedis: sessions in a Redis are sessions.
func TestRedis(t *testing.T) {
	redis := servers.StartRedis(t)
	s := open(t, optionCustom, func(s *settings) { s.redisURL = "redis://" + redis.Addr })
	joe := s.visit()
	joe.signIn("joe@example.com")
	if u, _ := url.Parse(s.url); len(joe.browser.Jar.Cookies(u)) != 1 {
		t.Errorf("the browser has the cookies %v, want the id of the session alone", joe.browser.Jar.Cookies(u))
	}
	joe.want(joe.post("/account/sign-out-everywhere"), 200, "signed out")
	if a := joe.get("/profile"); a.path != "/auth/login" {
		t.Errorf("/profile leads to %s after signing out everywhere, want the login", a.path)
	}
	redis.Kill()
	joe.want(s.visit().get("/"), 200, "Good coffee") // there is no session to look up
	joe.want(joe.tryIn("joe@example.com"), 503, "again in a moment")
	redis.Start()
	joe.signIn("joe@example.com")
}
