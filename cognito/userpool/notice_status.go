package userpool

import "net/http"

// statusOf is the HTTP status for a notice.
func statusOf(key NoticeKey) int {
	switch key {
	case NoticeCredentials, NoticeStartAgain, NoticeSignInAgain:
		return http.StatusUnauthorized
	case NoticeSignUpClosed:
		return http.StatusForbidden
	case NoticeWait:
		return http.StatusTooManyRequests
	case NoticeTryLater:
		return http.StatusServiceUnavailable
	case NoticeUnavailable:
		return http.StatusInternalServerError
	case NoticeSent:
		return http.StatusOK
	}
	return http.StatusUnprocessableEntity
}
