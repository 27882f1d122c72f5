// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

const mostBytes = 32 << 20 // of one answer

// source is where a log's files come from: a folder or an address.
type source struct {
	base   string
	client *http.Client // nil for a folder
}

func openSource(where string) source {
	if strings.HasPrefix(where, "http://") || strings.HasPrefix(where, "https://") {
		return source{strings.TrimSuffix(where, "/"), &http.Client{Timeout: 30 * time.Second}}
	}
	return source{where, nil}
}

func (s source) read(name string) ([]byte, error) {
	if s.client == nil {
		return os.ReadFile(filepath.Join(s.base, filepath.FromSlash(name)))
	}
	r, err := s.client.Get(s.base + "/" + name)
	if err != nil {
		return nil, err
	}
	defer r.Body.Close()
	if r.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", name, r.Status)
	}
	return io.ReadAll(io.LimitReader(r.Body, mostBytes))
}

// tilePath is tlog's without the height, which tlog-tiles fixes at 8; a
// bundle of entries (L = -1) is called "data" there.
func tilePath(t tlog.Tile) string {
	path := strings.TrimPrefix(t.Path(), "tile/8/")
	if t.L == -1 {
		path = "entries" + strings.TrimPrefix(path, "data")
	}
	return "tile/" + path
}

// readTile reads a tile or bundle; a partial one may have been replaced by
// the full one, and a bundle may be gzip without negotiation.
func (s source) readTile(t tlog.Tile) ([]byte, error) {
	data, err := s.read(tilePath(t))
	if err != nil && t.W < tileWidth {
		full := t
		full.W = tileWidth
		if whole, again := s.read(tilePath(full)); again == nil {
			data, err = whole, nil
		}
	}
	if err != nil || t.L != -1 {
		return data, err
	}
	return unzip(data)
}

func unzip(b []byte) ([]byte, error) {
	if !bytes.HasPrefix(b, []byte{0x1f, 0x8b, 8}) {
		return b, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(z, mostBytes))
}

// tiles reads hash tiles for tlog.TileHashReader, which verifies them. It keeps
// each, since every proof asks for the same ones.
type tiles struct {
	src  source
	kept map[string][]byte
}

func (r *tiles) Height() int                             { return tileHeight }
func (r *tiles) SaveTiles(tiles []tlog.Tile, _ [][]byte) {}

func (r *tiles) ReadTiles(want []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(want))
	for i, t := range want {
		path := tilePath(t)
		if r.kept[path] == nil {
			b, err := r.src.readTile(t)
			if err != nil {
				return nil, err
			}
			if len(b) < t.W*tlog.HashSize {
				return nil, fmt.Errorf("%s is too short", path)
			}
			r.kept[path] = b[:t.W*tlog.HashSize]
		}
		data[i] = r.kept[path]
	}
	return data, nil
}
