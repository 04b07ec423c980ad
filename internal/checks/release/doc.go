// Package release checks that programs of others can use the modules of this
// repository. It packs the modules as the next release would, with its version.
// Then it builds programs in empty modules, which require the packed modules at
// this version. RELEASING.md says how to make a version.
//
// It is a module of its own, outside of go.work, so that nobody else downloads
// the packer.
package release
