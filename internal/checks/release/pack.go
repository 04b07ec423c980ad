package release

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

// A Module is one that is released: go.work names it.
type Module struct {
	Path string // module path
	Dir  string // absolute
	File *modfile.File
}

// Work is go.work in the folder root. It has the modules that the file names,
// and the version of their next release, which its replace lines have.
func Work(root string) (modules []Module, version string, err error) {
	data, err := os.ReadFile(filepath.Join(root, "go.work"))
	if err != nil {
		return nil, "", err
	}
	work, err := modfile.ParseWork("go.work", data, nil)
	if err != nil {
		return nil, "", err
	}
	for _, use := range work.Use {
		dir := filepath.Join(root, filepath.FromSlash(use.Path))
		data, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err != nil {
			return nil, "", err
		}
		file, err := modfile.Parse(filepath.Join(dir, "go.mod"), data, nil)
		if err != nil {
			return nil, "", err
		}
		modules = append(modules, Module{Path: file.Module.Mod.Path, Dir: dir, File: file})
	}
	for _, r := range work.Replace {
		if version != "" && r.Old.Version != version {
			return nil, "", fmt.Errorf("go.work replaces %s and %s: all modules are released at one version", version, r.Old.Version)
		}
		version = r.Old.Version
	}
	if version == "" {
		return nil, "", errors.New("go.work replaces no module: which version is next?")
	}
	return modules, version, nil
}

// Pack writes m at the version into proxy, a folder that GOPROXY may name by a
// file URL.
func Pack(m Module, version, proxy string) error {
	escaped, err := module.EscapePath(m.Path)
	if err != nil {
		return err
	}
	dir := filepath.Join(proxy, filepath.FromSlash(escaped), "@v")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	info, err := json.Marshal(map[string]any{"Version": version, "Time": time.Now().UTC().Truncate(time.Second)})
	if err != nil {
		return err
	}
	mod, err := os.ReadFile(filepath.Join(m.Dir, "go.mod"))
	if err != nil {
		return err
	}
	for name, content := range map[string][]byte{
		"list":            []byte(version + "\n"),
		version + ".info": info,
		version + ".mod":  mod,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			return err
		}
	}
	archive, err := os.Create(filepath.Join(dir, version+".zip"))
	if err != nil {
		return err
	}
	err = zip.CreateFromDir(archive, module.Version{Path: m.Path, Version: version}, m.Dir)
	if closed := archive.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("packing %s: %w", m.Path, err)
	}
	return nil
}
