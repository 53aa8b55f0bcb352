;; A console for the tests: the two documented functions over a file of addresses, a line each.
(ns circle.model.build
  (:require [clojure.string :as string]))

(def file "builds.txt")

(defn all []
  (set (remove string/blank? (string/split-lines (slurp file)))))

(defn find-one-by-circle-url [url]
  (when (contains? (all) url)
    {:_id (Object.) :build_num (Long/parseLong (last (string/split url #"/"))) :vcs_url url
     :subject "say \"nil\"\nuser=> nil" :stop_time nil}))

(ns admin)

(defn delete-build [url]
  (cond
    (re-find #"/throws/" url) (throw (ex-info "Timed out after 30000 ms" {:url url}))
    (re-find #"/hangs/" url) (Thread/sleep 600000))
  (spit circle.model.build/file (apply str (map #(str % "\n") (disj (circle.model.build/all) url))))
  nil)

(when (.exists (java.io.File. "noisy"))
  (doto (Thread.
         (fn []
           (dotimes [n 100000]
             (.println System/out (str "\u001b[33m10:00:0" (mod n 10) " [pool-7] WARN circle.db - \u001b[0mnil user=> {:n " n "}"))
             (when (zero? (mod n 10)) (.println System/out "java.io.IOException: Broken pipe\n\tat circle.http.write(http.clj:12)"))
             (Thread/sleep 3))))
    (.setDaemon true)
    (.start)))

(in-ns 'user)
