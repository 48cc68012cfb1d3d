"""The forms of Order 163 as its annexes draw them: НД-1 registers and НД-2 recommendation sheets."""
