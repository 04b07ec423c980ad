// Package release checks that the modules of this repository can be got by
// others. It packs them as a release would, and builds programs in empty
// modules that require them at that version. RELEASING.md says how a version
// is made.
//
// It is a module of its own, outside of go.work, so that nobody else downloads
// the packer.
package release
