;;; eglot.el --- Emacs with eglot as a client: flymake, hover, code action, save-buffer  -*- lexical-binding: t -*-
;; Emacs 28 with eglot 1.9 from a package, or Emacs 29 and later, where it is built in.
;; SERVER is a command as a JSON list, MISTAKES the pair as JSON; prints TAP.
(setq make-backup-files nil create-lockfiles nil eglot-sync-connect 20 eglot-autoshutdown t
      eglot-confirm-server-initiated-edits nil eglot-confirm-server-edits nil)
(unless (require 'eglot nil t)
  (dolist (directory (file-expand-wildcards "/usr/share/emacs/site-lisp/elpa/*"))
    (add-to-list 'load-path directory))
  (require 'eglot))
(require 'flymake)

(defun warden-say (format &rest arguments)
  (princ (concat (apply #'format format arguments) "\n") #'external-debugging-output))

(defun warden-wait (what test)
  (let ((end (+ (float-time) 20)) result)
    (while (and (not (setq result (funcall test))) (< (float-time) end))
      (accept-process-output nil 0.02))
    (or result (error "never: %s" what))))

(defmacro warden-check (title &rest body)
  `(condition-case why (progn ,@body (warden-say "ok - %s" ,title))
     (error (warden-say "not ok - %s\n# %s" ,title (error-message-string why)) (kill-emacs 1))))

(defun warden-diagnostics (severity says)
  (seq-filter (lambda (found) (and (eq (flymake-diagnostic-type found) severity)
                                   (string-search says (flymake-diagnostic-text found))))
              (flymake-diagnostics)))

(defun warden-hover ()
  (let ((contents (plist-get (jsonrpc-request (eglot-current-server) :textDocument/hover
                                              (eglot--TextDocumentPositionParams))
                             :contents)))
    (plist-get contents :value)))

(defun warden-title (action)
  (let ((title (if (stringp (car action)) (car action) (plist-get action :title))))
    (if (stringp title) title "")))

(defun warden-apply (action)
  "Apply ACTION as the menu would, resolving it where the server leaves that to be done."
  (let* ((action (if (stringp (car action)) (cdr action) action))
         (edit (or (plist-get action :edit)
                   (plist-get (jsonrpc-request (eglot-current-server) :codeAction/resolve action) :edit))))
    (condition-case nil (eglot--apply-workspace-edit edit nil)
      (wrong-number-of-arguments (eglot--apply-workspace-edit edit)))))

(add-hook 'project-find-functions (lambda (directory) (cons 'transient directory)))
(setq eglot-server-programs
      `((c-mode . ,(append (json-parse-string (getenv "SERVER")) nil))))
(let ((mistakes (append (json-parse-string (getenv "MISTAKES") :object-type 'alist) nil)))
  (warden-say "1..%d" (* 4 (length mistakes)))
  (dolist (mistake mistakes)
    (let* ((path (alist-get 'path mistake)) (name (file-name-nondirectory path))
           (severity (if (equal (alist-get 'severity mistake) "error") 'eglot-error 'eglot-warning))
           found)
      (warden-check (format "%s: a diagnostic (%s) on the flags" name severity)
        (find-file path)
        (c-mode)
        (unless (eglot-current-server) (apply #'eglot (eglot--guess-contact)))
        (unless (eglot-managed-p) (eglot--maybe-activate-editing-mode))
        (unless flymake-mode (flymake-mode 1))
        (setq found (car (warden-wait "diagnostics" (lambda () (warden-diagnostics severity (alist-get 'says mistake))))))
        (unless (<= (abs (- (line-number-at-pos (flymake-diagnostic-beg found)) (alist-get 'line mistake))) 1)
          (error "on line %d" (line-number-at-pos (flymake-diagnostic-beg found)))))
      (warden-check (format "%s: the hover, in plain text" name)
        (let-alist mistake
          (goto-char (point-min))
          (forward-line (1- .address.line))
          (forward-char .address.column)
          (unless (string-search .stage (warden-hover)) (error "%s" (warden-hover)))))
      (warden-check (format "%s: the fix removes the diagnostic" name)
        (let* ((actions (eglot-code-actions (flymake-diagnostic-beg found) (flymake-diagnostic-end found) nil nil))
               (action (seq-find (lambda (each) (string-search (alist-get 'fix mistake) (warden-title each))) actions)))
          (unless action (error "not among %s" (mapcar #'warden-title actions)))
          (warden-apply action))
        (eglot--signal-textDocument/didChange)
        (warden-wait "no diagnostic" (lambda () (null (warden-diagnostics severity (alist-get 'says mistake))))))
      (warden-check (format "%s: saved" name)
        (save-buffer)
        (when (buffer-modified-p) (error "still modified"))))))
(eglot-shutdown (eglot-current-server))
