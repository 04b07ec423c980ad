package release_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// An instruction is a line of a Dockerfile.
type instruction struct{ name, rest string }

func instructions(t *testing.T, file string) (list []instruction) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(strings.ReplaceAll(string(text), "\\\n", " ")) {
		name, rest, ok := strings.Cut(strings.TrimSpace(line), " ")
		if ok && !strings.HasPrefix(name, "#") {
			list = append(list, instruction{name, rest})
		}
	}
	return list
}

// found are the files of the repository whose names fit.
func found(t *testing.T, name *regexp.Regexp) (files []string) {
	t.Helper()
	err := filepath.WalkDir("../../..", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && d.Name() == ".git" {
			return fs.SkipDir
		}
		if err == nil && name.MatchString(d.Name()) {
			files = append(files, path)
		}
		return err
	})
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %v, %v", name, files, err)
	}
	return files
}

// TestDockerfiles: every image that we build starts from images with a version,
// and runs as a user without rights. One that serves has a health check.
// (OSS-Fuzz builds its own kind of image.)
func TestDockerfiles(t *testing.T) {
	version, user := regexp.MustCompile(`^[\w./-]+:\d[\w.-]*$`), regexp.MustCompile(`^[1-9]\d*:[1-9]\d*$`)
	for _, file := range found(t, regexp.MustCompile(`^Dockerfile$`)) {
		if filepath.Base(filepath.Dir(file)) == "ossfuzz" {
			continue
		}
		last := map[string]string{} // of the last stage
		for _, i := range instructions(t, file) {
			if i.name == "FROM" {
				clear(last)
				if image, _, _ := strings.Cut(i.rest, " "); image != "scratch" && !version.MatchString(image) {
					t.Errorf("%s: FROM %s names no version", file, image)
				}
			}
			last[i.name] = i.rest
		}
		if !user.MatchString(last["USER"]) {
			t.Errorf("%s: USER is %q, want the numbers of a user without rights", file, last["USER"])
		}
		port := last["EXPOSE"]
		if port == "" {
			continue
		}
		if !strings.Contains(last["HEALTHCHECK"], "http://127.0.0.1:"+port) || !strings.Contains(last["ENTRYPOINT"]+last["CMD"], ":"+port+`"`) {
			t.Errorf("%s: the image serves port %s; HEALTHCHECK is %q, ENTRYPOINT %s, CMD %s", file, port, last["HEALTHCHECK"], last["ENTRYPOINT"], last["CMD"])
		}
		if _, path, ok := strings.Cut(last["HEALTHCHECK"], ":"+port+"/"); ok {
			path, _, _ = strings.Cut(path, `"`)
			if !strings.Contains(sourcesOf(t, filepath.Dir(file)), `"GET /`+path+`"`) {
				t.Errorf("%s: the program does not serve /%s", file, path)
			}
		}
	}
}

// TestComposeFiles: what compose builds is there, images have versions, ports
// are open to this machine alone, and the shop reads each of its variables.
func TestComposeFiles(t *testing.T) {
	version := regexp.MustCompile(`^[\w./-]+:\d[\w.-]*$`)
	ours := sourcesOf(t, "../../../examples/webapp") + sourcesOf(t, "../../../cognito")
	for _, file := range found(t, regexp.MustCompile(`^compose[\w.]*\.yaml$`)) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var compose struct {
			Services map[string]struct {
				Image       string
				Build       any
				Ports       []string
				Environment map[string]string
			}
		}
		if err := yaml.Unmarshal(text, &compose); err != nil || len(compose.Services) == 0 {
			t.Fatalf("%s: %v", file, err)
		}
		for name, s := range compose.Services {
			if s.Image != "" && !version.MatchString(s.Image) {
				t.Errorf("%s: %s runs %s, which names no version", file, name, s.Image)
			}
			context, dockerfile := "", "Dockerfile"
			switch build := s.Build.(type) {
			case string:
				context = build
			case map[string]any:
				context, dockerfile = build["context"].(string), build["dockerfile"].(string)
			}
			if s.Build != nil {
				if _, err := os.Stat(filepath.Join(filepath.Dir(file), context, dockerfile)); err != nil {
					t.Errorf("%s: %s: %v", file, name, err)
				}
			}
			for _, port := range s.Ports {
				if !strings.HasPrefix(port, "127.0.0.1:") {
					t.Errorf("%s: %s publishes %s to other machines", file, name, port)
				}
			}
			for variable := range s.Environment {
				if name == "webapp" && !strings.Contains(ours, `"`+variable) && !strings.HasPrefix(variable, "OTEL_") { // those are OpenTelemetry's
					t.Errorf("%s: %s has %s, which the shop does not read", file, name, variable)
				}
			}
		}
	}
}

// sourcesOf are the Go sources of the packages in a folder and below, without
// their tests.
func sourcesOf(t *testing.T, dir string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		all.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}
