// SPDX-License-Identifier: EUPL-1.2

// Interop reads a log with code that is not ours: Go's x/mod, which checks the
// checksum database of the Go modules. It verifies the checkpoint's
// signatures, every tile, the inclusion of every entry, that each older
// checkpoint is a past of this one, and receipts.
//
//	interop [-witness VKEY]... [-old FILE]... [-receipt FILE]... VKEY LOG
//	interop -note FILE VKEY...
//
// LOG is a folder or an address that holds checkpoint, tile/ and tile/entries/.
// FILE is an accord or a deed, which all of these keys, and no others, signed.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
)

// list is a flag that may be given more than once.
type list []string

func (l *list) String() string     { return strings.Join(*l, " ") }
func (l *list) Set(s string) error { *l = append(*l, s); return nil }

func main() {
	var witnesses, olds, receipts list
	flag.Var(&witnesses, "witness", "`vkey` of a witness that must have cosigned")
	flag.Var(&olds, "old", "`file` with an older checkpoint")
	flag.Var(&receipts, "receipt", "`file` with a receipt (tlog-proof) of this log")
	signed := flag.String("note", "", "`file` with a signed note to read, not a log")
	flag.Parse()
	if *signed != "" {
		said, err := checkNote(*signed, flag.Args())
		tell(*signed, said, err)
		return
	}
	if flag.NArg() != 2 {
		flag.Usage()
		os.Exit(2)
	}
	said, err := check(flag.Arg(0), flag.Arg(1), witnesses, olds, receipts)
	tell(flag.Arg(1), said, err)
}

func tell(what, said string, err error) {
	if err != nil {
		fmt.Printf("WRONG %s: %v\n", what, err)
		os.Exit(1)
	}
	fmt.Printf("ok    %s: %s\n", what, said)
}

func check(vkey, where string, witnesses, olds, receipts []string) (string, error) {
	log, err := note.NewVerifier(vkey)
	if err != nil {
		return "", err
	}
	src := openSource(where)
	signed, err := src.read("checkpoint")
	if err != nil {
		return "", err
	}
	tree, err := openCheckpoint(signed, log, witnesses)
	if err != nil {
		return "", err
	}
	hashes := tlog.TileHashReader(tree, &tiles{src, map[string][]byte{}})
	if err := checkEntries(src, tree, hashes); err != nil {
		return "", err
	}
	for _, file := range olds {
		if err := checkOld(file, log, tree, hashes); err != nil {
			return "", fmt.Errorf("%s: %w", file, err)
		}
	}
	for _, file := range receipts {
		if err := checkReceipt(file, log, witnesses); err != nil {
			return "", fmt.Errorf("%s: %w", file, err)
		}
	}
	return fmt.Sprintf("%d entries included, %d witnesses, %d older checkpoints, %d receipts",
		tree.N, len(witnesses), len(olds), len(receipts)), nil
}

// openCheckpoint verifies the log's signature and each witness's, and that the
// origin is the log's name.
func openCheckpoint(signed []byte, log note.Verifier, witnesses []string) (tlog.Tree, error) {
	known := []note.Verifier{log}
	for _, vkey := range witnesses {
		w, err := newCosigner(vkey)
		if err != nil {
			return tlog.Tree{}, err
		}
		known = append(known, w)
	}
	n, err := note.Open(signed, note.VerifierList(known...))
	if err != nil {
		return tlog.Tree{}, err
	}
	if len(n.Sigs) != len(known) {
		return tlog.Tree{}, fmt.Errorf("%d of %d known keys have signed", len(n.Sigs), len(known))
	}
	return parseCheckpoint(n.Text, log.Name())
}

// parseCheckpoint reads the three lines; tlog.ParseTree knows only those of
// go.sum.
func parseCheckpoint(text, origin string) (tlog.Tree, error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 || lines[0] != origin {
		return tlog.Tree{}, fmt.Errorf("no checkpoint of %s", origin)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || strconv.FormatInt(size, 10) != lines[1] {
		return tlog.Tree{}, fmt.Errorf("bad size %q", lines[1])
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

// checkEntries hashes each entry of the bundles and proves it under the root.
func checkEntries(src source, tree tlog.Tree, hashes tlog.HashReader) error {
	if tree.N == 0 && tree.Hash != sha256.Sum256(nil) {
		return errors.New("the root of an empty log is not SHA-256 of nothing")
	}
	for at := int64(0); at < tree.N; at += tileWidth {
		bundle, err := readBundle(src, at, tree.N)
		if err != nil {
			return err
		}
		for i := at; i < tree.N && i < at+tileWidth; i++ {
			entry, rest, err := nextEntry(bundle)
			if err != nil {
				return fmt.Errorf("entry %d: %w", i, err)
			}
			bundle = rest
			if err := checkEntry(i, entry, tree, hashes); err != nil {
				return fmt.Errorf("entry %d: %w", i, err)
			}
		}
	}
	return nil
}

func checkEntry(i int64, entry []byte, tree tlog.Tree, hashes tlog.HashReader) error {
	proof, err := tlog.ProveRecord(tree.N, i, hashes)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(proof, tree.N, tree.Hash, i, tlog.RecordHash(entry))
}

func readBundle(src source, at, size int64) ([]byte, error) {
	t := tlog.Tile{H: tileHeight, L: -1, N: at / tileWidth, W: tileWidth}
	if size-at < tileWidth {
		t.W = int(size - at)
	}
	return src.readTile(t)
}

func nextEntry(bundle []byte) (entry, rest []byte, err error) {
	if len(bundle) < 2 {
		return nil, nil, io.ErrUnexpectedEOF
	}
	n := int(binary.BigEndian.Uint16(bundle)) + 2
	if len(bundle) < n {
		return nil, nil, io.ErrUnexpectedEOF
	}
	return bundle[2:n], bundle[n:], nil
}

// checkOld proves that the tree extends an older checkpoint of the log.
func checkOld(file string, log note.Verifier, tree tlog.Tree, hashes tlog.HashReader) error {
	signed, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	old, err := openCheckpoint(signed, log, nil)
	if err != nil || old.N == 0 {
		return err
	}
	proof, err := tlog.ProveTree(tree.N, old.N, hashes)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash)
}

// checkReceipt verifies a tlog-proof; the entry stands in its extra line.
func checkReceipt(file string, log note.Verifier, witnesses []string) error {
	all, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	head, checkpoint, found := bytes.Cut(all, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if !found || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return errors.New("no tlog-proof")
	}
	tree, err := openCheckpoint(checkpoint, log, witnesses)
	if err != nil {
		return err
	}
	entry, err := entryOf(lines[1])
	if err != nil {
		return err
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	if err != nil {
		return err
	}
	var proof tlog.RecordProof
	for _, line := range lines[3:] {
		h, err := tlog.ParseHash(line)
		if err != nil {
			return err
		}
		proof = append(proof, h)
	}
	return tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry))
}

func entryOf(line string) ([]byte, error) {
	var extra struct {
		Balai int
		Entry []byte
	}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(line, "extra "))
	if err == nil {
		err = json.Unmarshal(raw, &extra)
	}
	if err == nil && extra.Balai != 1 {
		err = errors.New("the extra line is not of balai 1")
	}
	return extra.Entry, err
}

// cosigner verifies tlog-cosignature v1, which x/mod does not know.
type cosigner struct {
	name string
	id   uint32
	key  ed25519.PublicKey
}

func newCosigner(vkey string) (*cosigner, error) {
	part := strings.SplitN(vkey, "+", 3)
	if len(part) != 3 {
		return nil, fmt.Errorf("bad witness key %q", vkey)
	}
	id, err := strconv.ParseUint(part[1], 16, 32)
	if err != nil {
		return nil, err
	}
	key, err := base64.StdEncoding.DecodeString(part[2])
	if err != nil || len(key) != 33 || key[0] != 4 {
		return nil, fmt.Errorf("bad witness key %q", vkey)
	}
	sum := sha256.Sum256(append([]byte(part[0]+"\n"), key...))
	if binary.BigEndian.Uint32(sum[:]) != uint32(id) {
		return nil, fmt.Errorf("the id of witness key %q is not its own", vkey)
	}
	return &cosigner{part[0], uint32(id), key[1:]}, nil
}

func (c *cosigner) Name() string    { return c.name }
func (c *cosigner) KeyHash() uint32 { return c.id }

func (c *cosigner) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	head := fmt.Sprintf("cosignature/v1\ntime %d\n", binary.BigEndian.Uint64(sig))
	return ed25519.Verify(c.key, append([]byte(head), msg...), sig[8:])
}
