package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"
)

// progress tells of calls that may take long: with a spinner on a terminal,
// and in plain lines elsewhere.
func progress(w io.Writer) func(text string) (done func(error)) {
	if !isTerminal(w) {
		return func(text string) func(error) {
			began := time.Now()
			return func(err error) {
				fmt.Fprintf(w, "%s: %s (%.1f s)\n", text, ending(err), time.Since(began).Seconds())
			}
		}
	}
	return func(text string) func(error) {
		stop, stopped := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(stopped)
			tick := time.NewTicker(100 * time.Millisecond)
			defer tick.Stop()
			for i := 0; ; i++ {
				fmt.Fprintf(w, "\r%c %s", `|/-\`[i%4], text)
				select {
				case <-stop:
					return
				case <-tick.C:
				}
			}
		}()
		return func(err error) {
			close(stop)
			<-stopped
			fmt.Fprintf(w, "\r\x1b[K%s: %s\n", text, ending(err))
		}
	}
}

func ending(err error) string {
	if err != nil {
		return "failed"
	}
	return "done"
}

// isTerminal reports whether a person is at the other end of a file.
func isTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}
