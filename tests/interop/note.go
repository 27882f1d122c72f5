// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// checkNote reads an accord, a deed or an end with sumdb/note: every key given
// must have signed it, and nobody else.
func checkNote(file string, vkeys []string) (string, error) {
	signed, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	var known []note.Verifier
	for _, vkey := range vkeys {
		v, err := note.NewVerifier(vkey)
		if err != nil {
			return "", fmt.Errorf("%s: %w", vkey, err)
		}
		known = append(known, v)
	}
	n, err := note.Open(signed, note.VerifierList(known...))
	if err != nil {
		return "", err
	}
	if len(n.Sigs) != len(known) || len(n.UnverifiedSigs) != 0 {
		return "", fmt.Errorf("%d of %d known keys have signed, and %d others",
			len(n.Sigs), len(known), len(n.UnverifiedSigs))
	}
	kind, _, _ := strings.Cut(n.Text, "\n")
	if !strings.HasPrefix(kind, "balai/") {
		return "", errors.New("no note of balai")
	}
	return fmt.Sprintf("%s, %d signatures", kind, len(n.Sigs)), nil
}
