// Verifies a published log with the code of others: Go's checksum database (golang.org/x/mod/sumdb) for tiles, proofs and signed
// notes, and transparency-dev for checkpoints and the witness's cosignature. Only the glue between them is here.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/transparency-dev/formats/log"
	fnote "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Hashes in a full tile are 2^8 (C2SP tlog-tiles).
const height = 8

// Verdict is printed as one line of JSON.
type Verdict struct {
	Status  string `json:"status"`
	Size    int64  `json:"size"`
	Records int64  `json:"records"`
	Problem string `json:"problem"`
}

func main() {
	directory := flag.String("directory", "", "where checkpoint and tiles are")
	logKey := flag.String("log", "", "verifier key of the log")
	witnessKey := flag.String("witness", "", "verifier key of the witness")
	known := flag.String("known", "", "file of an earlier checkpoint that the log must extend")
	flag.Parse()
	size, records, err := verify(*directory, *logKey, *witnessKey, *known)
	verdict := Verdict{Status: "verified", Size: size, Records: records}
	if err != nil {
		verdict.Status, verdict.Problem = "rejected", err.Error()
	}
	_ = json.NewEncoder(os.Stdout).Encode(verdict)
}

func verify(directory, logKey, witnessKey, known string) (int64, int64, error) {
	tree, err := open(filepath.Join(directory, "checkpoint"), logKey, witnessKey)
	if err != nil {
		return 0, 0, err
	}
	// Authenticates each tile against the signed root as it reads it.
	hashes := tlog.TileHashReader(*tree, &tiles{directory})
	records, err := checkRecords(directory, *tree, hashes)
	if err != nil || known == "" {
		return tree.N, records, err
	}
	old, err := open(known, logKey, witnessKey)
	if err != nil {
		return tree.N, records, fmt.Errorf("known checkpoint: %w", err)
	}
	if old.N > tree.N {
		return tree.N, records, fmt.Errorf("the log had %d records and now has %d", old.N, tree.N)
	}
	if old.N == 0 {
		return tree.N, records, nil
	}
	proof, err := tlog.ProveTree(tree.N, old.N, hashes)
	if err == nil {
		err = tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash)
	}
	return tree.N, records, err
}

// open checks both signatures of a published checkpoint and reads its head.
func open(file, logKey, witnessKey string) (*tlog.Tree, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	logVerifier, err := note.NewVerifier(logKey)
	if err != nil {
		return nil, fmt.Errorf("log key: %w", err)
	}
	witnessVerifier, err := fnote.NewVerifierForCosignatureV1(witnessKey)
	if err != nil {
		return nil, fmt.Errorf("witness key: %w", err)
	}
	checkpoint, rest, opened, err := log.ParseCheckpoint(raw, logVerifier.Name(), logVerifier, witnessVerifier)
	if err != nil {
		return nil, err
	}
	if len(opened.Sigs) != 2 || len(opened.UnverifiedSigs) != 0 || len(rest) != 0 {
		return nil, errors.New("not exactly the log's and the witness's signature")
	}
	if len(checkpoint.Hash) != tlog.HashSize {
		return nil, errors.New("a root of another length")
	}
	tree := &tlog.Tree{N: int64(checkpoint.Size)}
	copy(tree.Hash[:], checkpoint.Hash)
	return tree, nil
}

// checkRecords proves each record of each bundle under the signed root.
func checkRecords(directory string, tree tlog.Tree, hashes tlog.HashReader) (int64, error) {
	for first := int64(0); first < tree.N; first += 1 << height {
		width := min(tree.N-first, 1<<height)
		bundle, err := readBundle(directory, first>>height, int(width))
		if err != nil {
			return first, err
		}
		for at, record := range bundle {
			index := first + int64(at)
			proof, err := tlog.ProveRecord(tree.N, index, hashes)
			if err == nil {
				err = tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(record))
			}
			if err != nil {
				return index, fmt.Errorf("record %d: %w", index, err)
			}
		}
	}
	return tree.N, nil
}

func readBundle(directory string, index int64, width int) ([][]byte, error) {
	path := strings.Replace(pathOf(tlog.Tile{H: height, L: 0, N: index, W: width}), "tile/0/", "tile/entries/", 1)
	data, err := os.ReadFile(filepath.Join(directory, filepath.FromSlash(path)))
	if err != nil {
		return nil, err
	}
	var records [][]byte
	for len(data) > 0 {
		if len(data) < 2 || len(data) < 2+int(data[0])<<8+int(data[1]) {
			return nil, fmt.Errorf("%s ends too early", path)
		}
		end := 2 + int(data[0])<<8 + int(data[1])
		records = append(records, data[2:end])
		data = data[end:]
	}
	if len(records) != width {
		return nil, fmt.Errorf("%s has %d records, not %d", path, len(records), width)
	}
	return records, nil
}

// pathOf is the path of the C2SP text: that of the checksum database without the height.
func pathOf(tile tlog.Tile) string {
	return strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", height), "tile/", 1)
}

type tiles struct{ directory string }

func (t *tiles) Height() int { return height }

func (t *tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range wanted {
		data, err := os.ReadFile(filepath.Join(t.directory, filepath.FromSlash(pathOf(tile))))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (t *tiles) SaveTiles([]tlog.Tile, [][]byte) {}
